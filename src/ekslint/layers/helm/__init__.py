"""Helm: releases of charts in what deploys them, values laid over values, and the files of charts."""
