"""The best hand-written Python for the same work, on the fastest public decoders. Never knows hftx."""
