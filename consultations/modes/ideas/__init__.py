"""Ideas: what people propose, support and talk about."""
