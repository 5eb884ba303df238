"""Typed resources of the provider hashicorp/kubernetes are the objects that the provider makes of them."""

from __future__ import annotations

from terraform import configuration, subjects

from ekslint.value import Known, Unknown

INGRESS = """
resource "kubernetes_ingress_v1" "shop" {
  metadata {
    name      = "shop"
    namespace = kubernetes_namespace_v1.shop.metadata[0].name
    annotations = {
      "alb.ingress.kubernetes.io/scheme"      = "internet-facing"
      "alb.ingress.kubernetes.io/group.order" = 5
    }
  }
  spec {
    ingress_class_name = "alb"
    %s
  }
}

variable "hosts" {
  type = list(string)
}

resource "kubernetes_namespace_v1" "shop" {
  metadata {
    name = "shop"
  }
}
"""
RULE = """rule {
      host = "shop.example.com"
      http {
        path {
          path = "/*"
          %s
          backend {
            service {
              name = "shop"
              port {
                number = 80
              }
            }
          }
        }
      }
    }"""
SERVICE = """
resource "kubernetes_service" "shop" {
  metadata {
    name = "shop"
  }
  spec {
    type       = "LoadBalancer"
    cluster_ip = ""
    selector = {
      app = "shop"
    }
    port {
      name        = "http"
      port        = 80
      target_port = "8080"
    }
    port {
      name        = "grpc"
      port        = 90
      target_port = "grpc"
    }
  }
}

resource "kubernetes_deployment_v1" "shop" {
  metadata {
    name = "shop"
  }
  spec {
    replicas = 3
    selector {
      match_labels = { app = "shop" }
    }
    template {
      metadata {
        labels = { app = "shop" }
      }
      spec {
        node_selector = { "kubernetes.io/os" = "linux" }
        container {
          name  = "shop"
          image = "example.com/shop:1"
          port {
            name           = "grpc"
            container_port = 9090
          }
        }
      }
    }
  }
}
"""


def test_an_ingress_has_its_rules_and_the_providers_path_type() -> None:
    made = configuration(main_tf=INGRESS % (RULE % ""))
    (ingress,) = subjects(made, "ingress")
    assert (ingress.name, ingress.value("class_name"), ingress.value("scheme")) == ("shop", "alb", "internet-facing")
    (path,) = subjects(made, "ingress-path")
    assert (path.value("host"), path.value("path")) == ("shop.example.com", "/*")
    kind = path.get("path_type")
    assert isinstance(kind, Known)
    assert (kind.value, kind.default) == ("ImplementationSpecific", "the provider hashicorp/kubernetes")
    (backend,) = subjects(made, "backend")
    assert (backend.value("service_name"), backend.value("port")) == ("shop", 80)
    orders = [each for each in subjects(made, "annotation") if each.name.endswith("group.order")]
    assert [(each.value("value"), each.value("value_type")) for each in orders] == [("5", "string")]


def test_a_written_path_type_counts() -> None:
    (path,) = subjects(configuration(main_tf=INGRESS % (RULE % 'path_type = "Prefix"')), "ingress-path")
    assert path.value("path_type") == "Prefix"


def test_rules_that_terraform_repeats_leave_the_hosts_open() -> None:
    repeated = 'dynamic "rule" {\n  for_each = var.hosts\n  content {\n    host = rule.value\n  }\n}'
    (ingress,) = subjects(configuration(main_tf=INGRESS % repeated), "ingress")
    assert ingress.partial
    assert isinstance(ingress.get("class_annotation"), Unknown)


def test_a_service_has_all_its_ports_and_its_pods() -> None:
    made = configuration(main_tf=SERVICE)
    (service,) = subjects(made, "service")
    assert service.value("type") == "LoadBalancer"
    ports = [each.value for each in service.value("ports")]
    assert [(each.value("port"), each.value("target_port")) for each in ports] == [(80, 8080), (90, "grpc")]
    (workload,) = subjects(made, "workload")
    assert workload.value("replicas") == 3
    listed = service.get("pod_port_names")
    assert isinstance(listed, Known)
    assert [each.value for each in listed.value] == ["grpc"]


def test_values_stand_where_they_are_written() -> None:
    (service,) = subjects(configuration(main_tf=SERVICE), "service")
    place = service.value("ports").items[0].value.get("target_port").places[0]
    assert SERVICE.split("\n")[place.line - 1].strip() == 'target_port = "8080"'
