import Foundation

/// What SciPy computes; Tests/Reference/tail_goldens.py writes it and names the version.
struct TailGoldens: Decodable {
  struct Tail: Decodable {
    let sample: [Double]
    let shape, scale, share, excess: Double
  }

  struct Forecast: Decodable {
    let count: Int
    let ratio: Double
    let lower, upper: Int
  }

  let tails: [Tail]
  let counts: [Forecast]

  init() throws {
    let path = Bundle.module.bundleURL.appendingPathComponent("Golden/tails.json")
    self = try JSONDecoder().decode(Self.self, from: try Data(contentsOf: path))
  }
}
