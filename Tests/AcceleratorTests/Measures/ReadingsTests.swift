import Accelerator
import JSON
import Language
import Runtime
import TestKit
import Testing

@Suite("Readings, as they lie in memory")
struct ReadingsTests {
    private static func reading(_ random: inout Seeded, hands: Int) -> Reported {
        var reading = Reported()
        reading.id = "R\(random.below(1_000_000))"
        reading.asOf = LocalDate(days: 20_000 + random.below(100))
        reading.value = Double(random.below(2000)) / 8 - 100
        reading.enteredAt = Instant(milliseconds: Int64(random.below(1 << 40)))
        reading.by = "person with number \(random.below(hands))"
        reading.via = ["chat", "import", "tg"][random.below(3)]
        if random.below(4) == 0 { reading.note = "because of R\(random.below(9))" }
        if random.below(6) == 0 { reading.supersedes = "R\(random.below(9))" }
        if random.below(6) == 0 { reading.isBackdated = true }
        if random.below(6) == 0 { reading.voidedAt = reading.enteredAt.advanced(by: 5) }
        return reading
    }

    @Test("whatever is done to them, they are what a plain list would be")
    func plainList() throws {
        for round in 0..<seeds(2000, debug: 300) {
            var random = Seeded(UInt64(round))
            // Few hands as in life, and more than are looked through.
            let hands = round % 3 == 0 ? 400 : 3
            var plain: [Reported] = []
            var readings = Readings()
            for _ in 0..<random.below(120) {
                let place = plain.isEmpty ? 0 : random.below(plain.count)
                switch random.below(10) {
                case 0 where !plain.isEmpty:
                    plain[place].voidedAt = Instant(milliseconds: 7)
                    readings[place].voidedAt = Instant(milliseconds: 7)
                case 1 where !plain.isEmpty:
                    plain[place].voidedAt = nil
                    readings[place].voidedAt = nil
                case 2 where !plain.isEmpty:
                    let other = Self.reading(&random, hands: hands)
                    plain[place] = other
                    readings[place] = other
                case 3 where !plain.isEmpty:
                    let gone = plain[place].asOf
                    plain.removeAll { $0.asOf == gone }
                    readings.removeAll { $0.asOf == gone }
                case 4:
                    plain.sort { $0.enteredAt < $1.enteredAt }
                    readings.sort { $0.enteredAt < $1.enteredAt }
                case 5:
                    let other = Self.reading(&random, hands: hands)
                    plain.insert(other, at: place)
                    readings.insert(other, at: place)
                default:
                    let next = Self.reading(&random, hands: hands)
                    plain.append(next)
                    readings.append(next)
                }
            }
            #expect(Array(readings) == plain, "seed \(round)")
            #expect(readings.filter { $0.value > 0 } == Readings(plain.filter { $0.value > 0 }))
            // Made on another way they are the same.
            let made = Readings(plain)
            #expect(made == readings && made.hashValue == readings.hashValue, "seed \(round)")
            var goal = Goal()
            goal.readings = readings
            let written = try goal.json()
            guard case .object(let object) = try JSONValue(parsing: written, limits: .file) else {
                Issue.record("no object")
                return
            }
            #expect(try Goal(object).readings == made, "seed \(round)")
            guard !plain.isEmpty else { continue }
            let place = random.below(plain.count)
            readings[place].value += 1
            #expect(readings != made, "seed \(round)")
        }
    }
}
