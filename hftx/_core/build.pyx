"""How this core was compiled."""

cdef extern from *:
    """
    #ifndef HFTX_BUILD_MODE
    #define HFTX_BUILD_MODE "unknown"
    #endif
    #ifndef HFTX_PICOWS
    #define HFTX_PICOWS "unknown"
    #endif
    """
    const char* HFTX_BUILD_MODE
    const char* HFTX_PICOWS


def build_mode():
    """"release", "debug" or "trace": the HFTX_BUILD of the build."""
    return HFTX_BUILD_MODE.decode()


def picows_version():
    """The version of picows whose class layouts are compiled in."""
    return HFTX_PICOWS.decode()


def check_picows(str installed):
    """Raises ImportError unless `installed` has the layout that is compiled in (the same major and minor version)."""
    compiled = picows_version()
    if installed.split(".")[:2] != compiled.split(".")[:2]:
        minor = ".".join(compiled.split(".")[:2])
        raise ImportError(
            f"hftx was compiled against picows {compiled}, but picows {installed} is installed and its compiled layout "
            f"may differ; run: pip install 'picows=={minor}.*', or build hftx again from source"
        )
