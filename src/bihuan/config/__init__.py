"""What the installation is made of: settings, addresses, menus, jobs. Lists are written by hand."""
