"""One object for a bot: the clients of a venue behind one interface."""
