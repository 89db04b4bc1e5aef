"""OKS: a detected pose against the true one."""
