"""Ingress controllers beside the AWS one: what they call themselves, and whose annotations share the AWS prefix.

Sources, read 2026-11-25: each project's IngressClass manifest or chart; Alibaba Cloud, ALB Ingress user guide; NAVER Cloud,
ALB Ingress Controller user guide.
"""

from __future__ import annotations

CONTROLLERS = frozenset(
    (
        "apisix.apache.org/apisix-ingress",
        "azure/application-gateway",
        "caddyserver.com/ingress",
        "cilium.io/ingress-controller",
        "citrix.com/ingress-controller",
        "getambassador.io/ingress-controller",
        "haproxy-ingress.github.io/controller",
        "haproxy.org/ingress-controller",
        "haproxy.org/ingress-controller/haproxy",
        "ingress-controllers.konghq.com/kong",
        "ingress.alb.yc.io/yc-alb-ingress-controller",
        "ingress.k8s.alibabacloud/alb",
        "ingress.k8s.alibabacloud/nginx",
        "istio.io/ingress-controller",
        "k8s.io/ingress-gce",
        "k8s.io/ingress-nginx",
        "konghq.com/ingress-controllers.kong",
        "mse.alibabacloud.com/ingress",
        "nginx.org/ingress-controller",
        "ngrok.com/ingress-controller",
        "openshift.io/ingress-to-route",
        "pomerium.io/ingress-controller",
        "projectcontour.io/contour",
        "projectcontour.io/ingress-controller",
        "strrl.dev/cloudflare-tunnel-ingress-controller",
        "tailscale.com/ts-ingress",
        "traefik.io/ingress-controller",
    )
)
"""The `spec.controller` of the IngressClasses that other controllers publish."""

PREFIXES = (
    "appgw.ingress.kubernetes.io/",
    "haproxy-ingress.github.io/",
    "haproxy.org/",
    "ingress.cilium.io/",
    "konghq.com/",
    "nginx.ingress.kubernetes.io/",
    "nginx.org/",
    "projectcontour.io/",
    "traefik.ingress.kubernetes.io/",
)
"""Beginnings of annotations that only other controllers read."""

PREFIX = "alb.ingress.kubernetes.io/"

FOREIGN = frozenset(
    PREFIX + suffix
    for suffix in (
        "address-type",
        "backend-keepalive",
        "backend-scheduler",
        "canary",
        "canary-by-cookie",
        "canary-by-header",
        "canary-by-header-value",
        "canary-weight",
        "charge-type",
        "edition",
        "healthcheck-connect-port",
        "healthcheck-httpversion",
        "traffic-limit-qps",
        "traffic-mirror-rule",
        "vswitch-ids",
        "load-balancer-size",
        "network-type",
        "public-ip-instance-no",
        "ssl-certificate-no",
        "subnet-no",
    )
)
"""Annotations under the AWS controller's prefix that only Alibaba Cloud's or NAVER Cloud's ALB controller reads."""

AMBIGUOUS = frozenset(
    PREFIX + suffix
    for suffix in (
        "backend-protocol-grpc",
        "cookie-timeout",
        "cors-allow-headers",
        "cors-allow-methods",
        "cors-allow-origin",
        "enable-cors",
        "healthcheck-enabled",
        "healthcheck-httpcode",
        "healthcheck-method",
        "healthy-threshold",
        "rewrite-target",
        "sticky-session",
        "sticky-session-type",
        "tls-policy",
        "unhealthy-threshold",
        "use-regex",
    )
)
"""Annotations that those controllers read and that somebody may also have taken over from nginx, or misspelt, on AWS."""

AWS_ONLY = frozenset(
    PREFIX + suffix
    for suffix in (
        "auth-idp-cognito",
        "auth-type",
        "certificate-arn",
        "group.name",
        "healthcheck-interval-seconds",
        "inbound-cidrs",
        "ip-address-type",
        "load-balancer-attributes",
        "scheme",
        "security-groups",
        "ssl-policy",
        "subnets",
        "success-codes",
        "target-group-attributes",
        "target-type",
        "wafv2-acl-arn",
    )
)
"""Annotations under the shared prefix that only the AWS controller reads: whoever writes one means AWS."""
