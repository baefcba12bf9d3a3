public import Language

/// What keeps the result: practices owned by job title, the value to hold, the pledge.
public struct Sustainability: Record {
    public var path: Path?
    public var receivingUnit = ""
    public var ownerTitle = ""
    public var practices: [Practice] = []
    public var holdValue: Double?
    public var checkPoints: [CheckPoint] = []
    public var pledgeText: String?
    public var signedBy: [String] = []
    public var signedOn: LocalDate?
    public init() {}
    public mutating func code<C: Coder>(_ c: inout C) throws(CodingFault) {
        try c.field("path", &path)
        try c.field("receiving_unit", &receivingUnit)
        try c.field("owner_title", &ownerTitle)
        try c.field("practices", &practices)
        try c.field("hold_value", &holdValue)
        try c.field("check_points", &checkPoints)
        try c.field("pledge", &pledgeText)
        try c.field("signed_by", &signedBy)
        try c.field("signed_on", &signedOn)
    }
}

public struct Practice: Record {
    public var text = ""
    public var ownerTitle = ""
    public var resource = ""
    public init() {}
    public mutating func code<C: Coder>(_ c: inout C) throws(CodingFault) {
        try c.field("text", &text)
        try c.field("owner_title", &ownerTitle)
        try c.field("resource", &resource)
    }
}

public struct CheckPoint: Record {
    public var offsetDays = 0
    public var date = LocalDate(days: 0)
    public init() {}
    public mutating func code<C: Coder>(_ c: inout C) throws(CodingFault) {
        try c.field("offset_days", &offsetDays)
        try c.field("date", &date)
    }
}
