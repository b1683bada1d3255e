"""Names of the faults of a frame, as `DecodeError.kind` and the counters spell them."""

FAULT_KINDS = (
    "ok", "truncated", "malformed", "unknown", "missing", "overflow", "precision", "unlisted", "control",
)


cdef object fault_name(int fault):
    return FAULT_KINDS[fault]
