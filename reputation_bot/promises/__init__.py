"""What is promised to customers: answers in time, in the hours in which the shop is open."""
