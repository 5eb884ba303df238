"""The tables of the VPC CNI."""

from __future__ import annotations

import pytest

from ekslint.data.cni import (
    argument,
    arguments,
    chart_paths,
    configmap_key,
    configmap_keys,
    nearest,
    not_variables,
    read,
    read_elsewhere,
    variable,
    variables,
)


def test_a_variable() -> None:
    found = variable("ENABLE_PREFIX_DELEGATION")
    assert found is not None
    assert (found.containers, found.type, found.parser) == (("main",), "boolean", "B1")
    assert (found.default_code, found.default_manifest, found.min_version) == ("false", "false", "1.9.0")
    assert found.addon_keys == ("env.ENABLE_PREFIX_DELEGATION",)


def test_what_is_shipped_may_differ_from_the_code() -> None:
    ipv4, warm = variable("ENABLE_IPv4"), variable("WARM_PREFIX_TARGET")
    assert ipv4 is not None
    assert warm is not None
    assert (ipv4.default_code, ipv4.default_manifest, ipv4.set_by_eks) == ("false", "true", True)
    assert (warm.default_code, warm.default_manifest) == ("0", "1")


def test_variables_of_the_init_container() -> None:
    init = {v.name for v in variables() if "init" in v.containers}
    assert init == {"DISABLE_TCP_EARLY_DEMUX", "ENABLE_IPv6", "ENABLE_V6_EGRESS", "HOST_CNI_BIN_PATH"}
    early = variable("DISABLE_TCP_EARLY_DEMUX")
    assert early is not None
    assert (early.containers, early.addon_keys) == (("init",), ("init.env.DISABLE_TCP_EARLY_DEMUX",))


@pytest.mark.parametrize(("name", "since"), [("AWS_VPC_K8S_CNI_CONFIGURE_RPFILTER", "1.12.1"), ("ENABLE_NFTABLES", "1.13.2")])
def test_variables_that_current_releases_do_not_read(name: str, since: str) -> None:
    found = variable(name)
    assert found is not None
    assert (found.containers, found.dead_since) == ((), since)


@pytest.mark.parametrize("name", ["ENABLE_IPV6", "enable_prefix_delegation", "MAX_PODS", ""])
def test_names_are_read_to_the_letter(name: str) -> None:
    assert variable(name) is None


@pytest.mark.parametrize(
    ("name", "meant"),
    [
        ("ENABLE_IPV6", "ENABLE_IPv6"),
        ("ENABLE_IPV4", "ENABLE_IPv4"),
        ("WARM_IP_TARGETS", "WARM_IP_TARGET"),
        ("AWS_VPC_K8S_CNI_CUSTOM_NETWORK_CONFIG", "AWS_VPC_K8S_CNI_CUSTOM_NETWORK_CFG"),
        ("ENI_CONFIG_LABEL", "ENI_CONFIG_LABEL_DEF"),
        ("DISABLE_TCP_EARLY_DEMUXING", "DISABLE_TCP_EARLY_DEMUX"),
        ("ENABLE_NETWORK_POLICY", "--enable-network-policy"),
        ("ENABLE_PREFIX_DELEGATION", None),
        ("AWS_REGION", None),
        ("VPC_ID", None),
        ("MY_OWN_VARIABLE", None),
    ],
)
def test_the_nearest_name(name: str, meant: str | None) -> None:
    assert nearest(name) == meant


def test_names_that_something_else_reads() -> None:
    assert read_elsewhere("AWS_REGION")
    assert read_elsewhere("VPC_ID")
    assert not read_elsewhere("WARM_IP_TARGET")


@pytest.mark.parametrize(
    ("name", "text", "expected"),
    [
        ("ENABLE_POD_ENI", "True", True),
        ("ENABLE_POD_ENI", "yes", None),
        ("ENABLE_POD_ENI", "", None),
        ("ENABLE_SUBNET_DISCOVERY", "", True),
        ("ENABLE_SUBNET_DISCOVERY", "0", False),
        ("WARM_IP_TARGET", "5", 5),
        ("WARM_IP_TARGET", "-1", None),
        ("WARM_IP_TARGET", "five", None),
        ("MAX_ENI", "0", None),
        ("AWS_VPC_ENI_MTU", "9001", 9001),
        ("AWS_VPC_ENI_MTU", "9002", None),
        ("AWS_VPC_ENI_MTU", "575", None),
        ("HTTP_TIMEOUT", "9", None),
        ("HTTP_TIMEOUT", "", 10),
        ("AWS_VPC_K8S_CNI_CONNMARK", "0x80", 128),
        ("AWS_VPC_K8S_CNI_CONNMARK", "0", None),
        ("WARM_ENI_TARGET", "0x1", None),
        ("POD_SECURITY_GROUP_ENFORCING_MODE", "standard", "standard"),
        ("POD_SECURITY_GROUP_ENFORCING_MODE", "Standard", None),
        ("NETWORK_POLICY_ENFORCING_MODE", "STRICT", "strict"),
        ("NETWORK_POLICY_ENFORCING_MODE", "", None),
        ("AWS_VPC_K8S_CNI_LOGLEVEL", "debug", "DEBUG"),
        ("AWS_VPC_K8S_CNI_RANDOMIZESNAT", "", "prng"),
        ("AWS_VPC_K8S_CNI_RANDOMIZESNAT", "PRNG", None),
        ("AWS_VPC_K8S_CNI_VETHPREFIX", "eni", "eni"),
        ("AWS_VPC_K8S_CNI_VETHPREFIX", "vlan", None),
        ("AWS_VPC_K8S_CNI_VETHPREFIX", "eni00", None),
        ("AWS_VPC_K8S_PLUGIN_LOG_FILE", "stdout", None),
        ("AWS_VPC_K8S_PLUGIN_LOG_FILE", "stderr", "stderr"),
        ("ADDITIONAL_ENI_TAGS", '{"team":"net"}', {"team": "net"}),
        ("ADDITIONAL_ENI_TAGS", '{"team":1}', None),
        ("ADDITIONAL_ENI_TAGS", "team=net", None),
        ("ADDITIONAL_ENI_TAGS", "", {}),
        ("ADDITIONAL_ENI_TAGS", "null", {}),
        ("ENI_CONFIG_LABEL_DEF", "", "k8s.amazonaws.com/eniConfig"),
    ],
)
def test_values_are_read_as_the_cni_reads_them(name: str, text: str, expected: object) -> None:
    found = variable(name)
    assert found is not None
    value = read(found, text)
    assert value == expected
    assert type(value) is type(expected)


def test_what_is_refused_has_a_consequence() -> None:
    for found in variables():
        if read(found, "\0") is None:
            assert found.on_bad_value in ("default", "ignore", "exit", "ipamd-exit") or not found.containers


def test_every_default_is_taken() -> None:
    for found in variables():
        for text in (found.default_code, found.default_manifest):
            assert text is None or read(found, text) is not None


def test_arguments_of_the_agent() -> None:
    table = argument("--conntrack-cache-table-size")
    assert table is not None
    assert (table.type, table.minimum, table.maximum, table.default_code) == ("int", 32768, 1048576, "524288")
    assert argument("--enable-networkpolicy") is None
    assert all(a.name.startswith("--") for a in arguments())


def test_keys_of_the_configmap() -> None:
    windows, short = configmap_key("enable-windows-prefix-delegation"), configmap_key("warm-ip-target")
    assert windows is not None
    assert short is not None
    assert windows.needs == "enable-windows-ipam"
    assert short.deprecated_by == "windows-warm-ip-target"
    assert configmap_key("enable-windows") is None


def test_what_names_another_table_finds_it() -> None:
    assert all(k.needs is None or configmap_key(k.needs) for k in configmap_keys())
    assert all(k.deprecated_by is None or configmap_key(k.deprecated_by) for k in configmap_keys())
    assert all(argument(p.name or "") for p in chart_paths() if p.sets == "argument")
    assert all(configmap_key(p.name or "") for p in chart_paths() if p.sets == "configmap")
    assert not any(variable(name) for name in not_variables())
    assert all(variable(m) or argument(m) or " " in m for m in not_variables().values())
