"""Methods that go by who likes what."""
