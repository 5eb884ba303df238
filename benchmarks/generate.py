"""Writes a repository of a thousand manifests: Deployment, Service, Ingress and ConfigMap of 250 services, one group per team.

    python benchmarks/generate.py FOLDER [COUNT]

The same count always gives the same files. Nothing in them is a mistake, apart from what a cluster of this size always has.
"""

from __future__ import annotations

import sys
from pathlib import Path

TEAMS = ("basket", "catalog", "delivery", "identity", "payments", "pricing", "profile", "reviews", "search", "stock")

DEPLOYMENT = """\
apiVersion: apps/v1
kind: Deployment
metadata:
  name: {name}
  namespace: {team}
  labels:
    app.kubernetes.io/name: {name}
    app.kubernetes.io/part-of: {team}
spec:
  replicas: {replicas}
  selector:
    matchLabels:
      app.kubernetes.io/name: {name}
  template:
    metadata:
      labels:
        app.kubernetes.io/name: {name}
        app.kubernetes.io/part-of: {team}
    spec:
      serviceAccountName: {name}
      containers:
        - name: {name}
          image: registry.example.com/{team}/{name}:1.{number}.0
          ports:
            - name: http
              containerPort: 8080
          readinessProbe:
            httpGet:
              path: /healthz
              port: http
          resources:
            requests: {{cpu: 100m, memory: 128Mi}}
            limits: {{memory: 256Mi}}
"""
SERVICE = """\
apiVersion: v1
kind: Service
metadata:
  name: {name}
  namespace: {team}
spec:
  selector:
    app.kubernetes.io/name: {name}
  ports:
    - name: http
      port: 80
      targetPort: http
"""
INGRESS = """\
apiVersion: networking.k8s.io/v1
kind: Ingress
metadata:
  name: {name}
  namespace: {team}
  annotations:
    alb.ingress.kubernetes.io/group.name: {team}
    alb.ingress.kubernetes.io/scheme: internal
    alb.ingress.kubernetes.io/target-type: ip
    alb.ingress.kubernetes.io/healthcheck-path: /healthz
    alb.ingress.kubernetes.io/listen-ports: '[{{"HTTP": 80}}]'
spec:
  ingressClassName: alb
  rules:
    - host: {name}.{team}.example.com
      http:
        paths:
          - path: /
            pathType: Prefix
            backend:
              service:
                name: {name}
                port:
                  name: http
"""
CONFIG = """\
apiVersion: v1
kind: ConfigMap
metadata:
  name: {name}
  namespace: {team}
data:
  LOG_LEVEL: info
  application.properties: |
    server.port=8080
    service.name={name}
    cache.size={number}
"""
KINDS = (("deployment", DEPLOYMENT), ("service", SERVICE), ("ingress", INGRESS), ("config", CONFIG))


def write(folder: Path, count: int = 1000) -> None:
    """Writes `count` files below a folder."""
    for number in range(count):
        service, kind = divmod(number, len(KINDS))
        team = TEAMS[service % len(TEAMS)]
        name = f"{team}-{service:03d}"
        file = folder / "teams" / team / name / f"{KINDS[kind][0]}.yaml"
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(KINDS[kind][1].format(name=name, team=team, number=service, replicas=2 + service % 4))


if __name__ == "__main__":
    write(Path(sys.argv[1]), int(sys.argv[2]) if len(sys.argv) > 2 else 1000)
