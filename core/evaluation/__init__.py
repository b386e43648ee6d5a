"""How good the methods are: splits, metrics, significance, and the protocol that joins them."""
