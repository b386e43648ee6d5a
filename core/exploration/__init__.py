"""What pages show of a built dataset: frames, figures and sentences."""
