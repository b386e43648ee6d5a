"""What a visitor chooses with."""
