"""What is learned from ratings, as arrays: learners that embeddings and recommendation methods share."""
