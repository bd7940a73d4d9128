"""The platforms of Meta: Facebook Pages and Instagram, behind one Graph API."""
