"""The hybrid: several methods joined, weighed by how much is known of the person."""
