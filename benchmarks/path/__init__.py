"""The whole path over loopback: a venue twin in its own process, sockets, frames, books, handlers."""
