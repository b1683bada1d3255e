"""What only Gate.io USDT futures says; what they share with Gate spot is in `hftx.venues.gateio`."""
