"""The benchmark (`make bench`): changes, reads, seconds and memory of the product on the simulator. See README.md beside this file."""
