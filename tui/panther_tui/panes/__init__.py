"""The four panes and the bars round them."""
