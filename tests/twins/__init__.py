"""Plain-Python second opinions, from the venues' documents alone. They never know the compiled core."""
