"""MEXC spot: names, defaults, errors and REST. Never knows another venue."""
