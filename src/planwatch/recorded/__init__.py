"""The recorded market that `planwatch demo` reads: illustrative pages of three dates, no code."""
