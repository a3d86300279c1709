"""The search that everybody has: consultations, and what people said in them."""
