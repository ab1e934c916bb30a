"""Each kind of job as named steps; here the layers below are put together."""
