"""The platforms of Google: Play, Business Profile and YouTube."""
