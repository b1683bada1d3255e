"""Tests of orders: states, store, ids, journal."""
