# Rows: flat JSON objects whose members are read as slices. Knows no message and makes no Python object.
#
# Rows of one kind differ in a few values; the text between these comes again and again. It is kept from the last row
# and compared as a whole: where it is the same, byte by byte, it does not have to be walked again. Anything else is
# walked as JSON, letter by letter, and its text between the values kept for the next row.

from hftx._core.cursor cimport Cursor, Slice
from hftx._core.json cimport Key

cdef enum:
    MOST_VALUES = 32       # of a row
    MOST_MEMBERS = 40
    MOST_SPARE = 8         # members without use whose values differ between rows
    MOST_KEPT = 1536       # bytes of text between values


cdef struct Row:
    # Raw text by code: `p` is NULL when it is missing, size 0 when it is null or empty. The last one is of no use.
    Slice[MOST_VALUES + 1] of


cdef struct Step:
    # Text that comes next, up to a value; of the last one, up to the end of the row.
    const char* text
    Py_ssize_t size
    Py_ssize_t usual             # the size of the last value of one word, and what it looked like:
    unsigned mask                # bits of its letters and of what ends it,
    unsigned marks               # those that are plain letters, or digits
    unsigned points
    Py_ssize_t first             # the first digit,
    char banned                  # which is not this one
    bint is_quoted
    int code


cdef struct RowKind:
    const Key* keys              # in the order of the venue, so that a walk finds each at once
    int count
    const int* needed            # codes of members that must be there, and not be empty
    int need
    int flag                     # the code of a member that is a boolean, if there is one
    size_t row_size              # always the same: a compiler that knows it clears rows by a slow instruction
    # of the last row
    Row constants                # values that are part of the text
    int steps                    # 0: nothing is kept
    Step[MOST_VALUES + MOST_SPARE + 1] step
    char[MOST_KEPT] kept
    int partings                 # rows since the last one that was followed
    int pause                    # rows that will not be compared
    bint[MOST_MEMBERS] varies    # by index in `keys`


cdef void set_kind(RowKind* kind, const Key* keys, int count, const int* needed, int need) noexcept
cdef int read_row(Cursor* c, RowKind* kind, Row* row) noexcept nogil
