"""What files hold before anything is decided: samples of their columns, and what stands out in them."""
