"""Market data over WebSocket: connections, subscriptions and the care for books."""
