"""The three functions. Each owns the code that only it uses; none knows another."""
