"""Line-based views that the panes are made of."""
