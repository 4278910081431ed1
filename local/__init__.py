"""What runs the product on one machine: emulators, simulators, chaos and benchmarks. No part of the product."""
