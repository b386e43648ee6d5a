"""Methods that go by what films are."""
