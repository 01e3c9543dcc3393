"""What a run came to, told to people and to programs. Each format is a module, imported on use."""
