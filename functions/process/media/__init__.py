"""Files of customers' messages: fetching them, and what the model is given of them."""
