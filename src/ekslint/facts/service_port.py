"""The ports of a Service; `facts.service` makes them."""

from __future__ import annotations

from ekslint.fact import given

given("service-port", "service", "service", "The Service that has the port.")
given("service-port", "port", "int", "The number under which clients reach the Service.")
given("service-port", "port_name", "string", "The port's name; absent where it has none.")
given("service-port", "protocol", "enum(TCP, UDP, SCTP)", "The port's protocol; TCP where none is written.")
given("service-port", "target_port", "any", "The pods' port: a number or a name; the Service's own number by default.")
given("service-port", "app_protocol", "string", "What `appProtocol` says; absent where nothing is written.")
given("service-port", "node_port", "int", "The nodes' port; unknown where the API server picks it, absent where none is.")
given("service-port", "has_node_port", "bool", "Whether nodes answer for it, on a written port or one that the API server picks.")
