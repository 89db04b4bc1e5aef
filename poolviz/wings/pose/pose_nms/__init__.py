"""Pose NMS: five poses of one person; which of them stay?"""
