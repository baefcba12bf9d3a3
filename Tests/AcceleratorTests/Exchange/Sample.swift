import Accelerator
import Glibc
import JSON
import Language
import Testing

/// The sample cohort of the repository.
enum Sample {
    static func bytes(_ path: String) -> [UInt8]? {
        // Tests/AcceleratorTests/Exchange/Sample.swift: the checkout is four steps up.
        let root = "\(#filePath)".split(separator: "/").dropLast(4).joined(separator: "/")
        guard let file = fopen("/\(root)/\(path)", "rb") else { return nil }
        defer { fclose(file) }
        var all = [UInt8](repeating: 0, count: 1 << 20)
        let count = fread(&all, 1, all.count, file)
        return Array(all.prefix(count))
    }
    static func json() throws -> JSONValue {
        let content = try #require(Sample.bytes("commands/demo/cohort-na1.json"))
        return try JSONValue(parsing: content, limits: .file)
    }
    static func cohort() throws -> CohortFile { try CohortFile(json()) }

    /// The state after all steps up to an instant, evolved as an import does.
    static func state(
        _ file: CohortFile, until: Instant = Instant(milliseconds: .max),
        zones: Zones = Sample.zones
    ) -> State {
        var state = State()
        for step in file.steps(zones: zones) where step.at <= until {
            var commit = Commit()
            commit.n = state.n + 1
            commit.at = step.at
            commit.cause = .imported
            commit.events = step.events
            state.evolve(commit)
        }
        return state
    }

    /// Almaty since 2024, made by hand: five hours east, no rules.
    static let zones: Zones = {
        var bytes: [UInt8] = []
        func header() { bytes += Array("TZif2".utf8) + [UInt8](repeating: 0, count: 15) }
        func counts() {
            bytes += [0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1, 0, 0, 0, 4]
        }
        func block() { bytes += [0, 0, 0x46, 0x50, 0, 0] + Array("+05\0".utf8) }
        header(); counts(); block(); header(); counts(); block()
        bytes += Array("\n<+05>-5\n".utf8)
        return Zones(files: ["Asia/Almaty": bytes])
    }()
}
