"""The one table of what Linli measures.  A quantity has one unit, here and for ever.

``decimals`` is how finely a value is kept: blocks are quantised to it, and decimal text of
quantised values compresses best (docs/adr/0004).  ``low`` and ``high`` bound what the quantity can
be at all; a device's own range is narrower and stands in the configuration of ``sane``.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType


@dataclass(frozen=True, slots=True)
class Quantity:
    name: str
    unit: str
    decimals: int
    low: float
    high: float
    zh: str
    en: str


_ALL = (
    Quantity("weight", "kg", 4, -1e5, 1e6, "重量", "weight"),
    Quantity("sound_level", "dB(A)", 1, 0, 200, "声级", "A-weighted sound level"),
    Quantity("sound_leq", "dB(A)", 1, 0, 200, "等效声级 Leq", "equivalent sound level"),
    Quantity("sound_l5", "dB(A)", 1, 0, 200, "累计百分声级 L5", "exceeded 5 % of the time"),
    Quantity("sound_l10", "dB(A)", 1, 0, 200, "累计百分声级 L10", "exceeded 10 % of the time"),
    Quantity("sound_l50", "dB(A)", 1, 0, 200, "累计百分声级 L50", "exceeded 50 % of the time"),
    Quantity("sound_l90", "dB(A)", 1, 0, 200, "累计百分声级 L90", "exceeded 90 % of the time"),
    Quantity("sound_l95", "dB(A)", 1, 0, 200, "累计百分声级 L95", "exceeded 95 % of the time"),
    Quantity("sound_max", "dB(A)", 1, 0, 200, "最大声级 Lmax", "highest sound level"),
    Quantity("sound_min", "dB(A)", 1, 0, 200, "最小声级 Lmin", "lowest sound level"),
    Quantity("sound_ldn", "dB(A)", 1, 0, 200, "昼夜等效声级 Ldn", "day-night sound level"),
    Quantity("sound_ld", "dB(A)", 1, 0, 200, "昼间等效声级 Ld", "equivalent level of the day"),
    Quantity("sound_ln", "dB(A)", 1, 0, 200, "夜间等效声级 Ln", "equivalent level of the night"),
    Quantity("pm1", "µg/m³", 1, 0, 10_000, "亚微米颗粒物 PM1", "PM1"),
    Quantity("pm2_5", "µg/m³", 1, 0, 10_000, "细颗粒物 PM2.5", "PM2.5"),
    Quantity("pm10", "µg/m³", 1, 0, 10_000, "可吸入颗粒物 PM10", "PM10"),
    Quantity("tsp", "µg/m³", 1, 0, 100_000, "总悬浮颗粒物 TSP", "total suspended particulates"),
    Quantity("co2", "ppm", 0, 0, 100_000, "二氧化碳", "carbon dioxide"),
    Quantity("temperature", "°C", 3, -100, 1000, "温度", "temperature"),
    Quantity("humidity", "%", 2, 0, 100, "相对湿度", "relative humidity"),
    Quantity("pressure", "hPa", 2, 0, 2000, "气压", "air pressure"),
    Quantity("illuminance", "lx", 1, 0, 1e6, "照度", "illuminance"),
    Quantity("wind_speed", "m/s", 2, 0, 150, "风速", "wind speed"),
    Quantity("wind_direction", "°", 1, 0, 360, "风向", "wind direction"),
    Quantity("rain", "mm", 2, 0, 100_000, "雨量", "rain"),
    Quantity("tilt_x", "°", 4, -180, 180, "X 轴倾角", "tilt about X"),
    Quantity("tilt_y", "°", 4, -180, 180, "Y 轴倾角", "tilt about Y"),
    Quantity("tilt_z", "°", 4, -180, 180, "Z 轴倾角", "tilt about Z"),
    Quantity("acceleration_x", "m/s²", 4, -1000, 1000, "X 轴加速度", "acceleration along X"),
    Quantity("acceleration_y", "m/s²", 4, -1000, 1000, "Y 轴加速度", "acceleration along Y"),
    Quantity("acceleration_z", "m/s²", 4, -1000, 1000, "Z 轴加速度", "acceleration along Z"),
    Quantity("crack", "mm", 3, -1e5, 1e5, "裂缝宽度", "crack width"),
    Quantity("level", "m", 3, -100, 1000, "水位", "water level"),
    Quantity("fill", "%", 1, 0, 100, "满溢度", "fill level"),
    Quantity("battery", "%", 1, 0, 100, "电量", "battery"),
    Quantity("voltage", "V", 3, -1000, 1000, "电压", "voltage"),
    Quantity("current", "A", 4, -1000, 1000, "电流", "current"),
    Quantity("power", "W", 2, -1e6, 1e6, "功率", "power"),
    Quantity("mains_voltage", "V", 1, 0, 1000, "市电电压", "mains voltage"),
    Quantity("load", "%", 1, 0, 1000, "负载率", "load of a power supply"),
    Quantity("signal", "dBm", 0, -200, 50, "信号强度", "signal strength"),
    Quantity("count", "1", 0, 0, 1e12, "计数", "count"),
    Quantity("pm4", "µg/m³", 1, 0, 10_000, "颗粒物 PM4", "PM4"),
    Quantity("formaldehyde", "mg/m³", 3, 0, 100, "甲醛", "formaldehyde"),
    Quantity("voc_index", "1", 0, 0, 500, "挥发性有机物指数", "VOC index, 100 is usual"),
    Quantity("nox_index", "1", 0, 0, 500, "氮氧化物指数", "NOx index, 1 is usual"),
)

QUANTITIES: Mapping[str, Quantity] = MappingProxyType({q.name: q for q in _ALL})
