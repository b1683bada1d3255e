class Receiver:
    """Leaves every frame to the driver; sessions read what they know."""
