"""Pages that earn their own drawing, built from the bricks of the interface."""
