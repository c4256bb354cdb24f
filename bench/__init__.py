"""Books of any size from one seed, and benchmarks that compare the program with the limit in the same run."""
