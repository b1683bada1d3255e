"""Orders from intent to last state: states, store, client order ids, journal. Knows no venue, no socket."""
