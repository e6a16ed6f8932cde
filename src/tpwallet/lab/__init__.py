"""The laboratory: simulated surroundings, simulations and measurements. No product runs on it."""
