"""REST: one transport, one budget and one public interface for every venue. Knows no venue."""
