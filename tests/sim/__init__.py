"""Tests of the venue twin, whose clients are aiohttp, json and the official protobuf runtime only."""
