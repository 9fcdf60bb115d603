import ModelFormat
import Testing

@testable import Checkpoints

@Suite struct TrainingConfigurationTests {
  @Test func theTextFormGivesTheSameSettings() throws {
    var configuration = TrainingConfiguration()
    configuration.network = .windowCNN
    configuration.dilations = [1, 3, 900]
    configuration.activation = .relu
    configuration.isTied = false
    configuration.learningRate = 0.1 + 0.2
    configuration.seed = .max
    #expect(try TrainingConfiguration(text: configuration.text) == configuration)
    let keys = configuration.settings.map(\.key)
    #expect(keys == keys.sorted())
    #expect(keys.count == 20)
  }

  @Test func everySettingIsInTheText() {
    // A setting that is missing there would be lost when a run is resumed.
    #expect(Mirror(reflecting: TrainingConfiguration()).children.count == 20)
  }

  @Test func theDefaultsAreValid() throws { try TrainingConfiguration().validate() }

  @Test(arguments: [
    "epochs=0", "batch-tokens=0", "segment-length=0", "segment-length=2001", "learning-rate=0",
    "learning-rate=nan", "learning-rate=inf", "learning-rate=1e-46", "warmup=1.5",
    "learning-rate=1e39", "weight-decay=-1", "weight-decay=1e39", "dropout=1", "dropout=0.99999999",
    "unknown-rate=-0.1", "clip-norm=0", "held-out=0.6", "patience=-1", "min-count=0",
  ])
  func aValueOutOfItsRangeIsNamed(line: String) throws {
    let configuration = try TrainingConfiguration(text: line)
    #expect {
      try configuration.validate()
    } throws: {
      guard case TrainingError.setting(let key, let value, _) = $0 else { return false }
      return line.hasPrefix(key + "=")
        && Double(value)?.description == Double(line.split(separator: "=")[1])?.description
    }
  }

  @Test(arguments: ["channels=0", "kernel-width=9", "dilations=0", "dilations=1025"])
  func aNetworkThatNoDetectorMayHaveIsRefused(line: String) throws {
    let configuration = try TrainingConfiguration(text: line)
    #expect {
      try configuration.validate()
    } throws: {
      if case TrainingError.architecture(.dimension) = $0 { true } else { false }
    }
  }

  @Test(arguments: ["nonsense=1", "epochs", "epochs=", "epochs=x", "dilations=1,,2", "tied=maybe"])
  func aLineThatIsNoSettingIsRefused(line: String) {
    #expect(throws: TrainingError.self) { try TrainingConfiguration(text: line) }
  }

  @Test func differencesNameTheSetting() {
    var other = TrainingConfiguration()
    other.dropout = 0.25
    let differences = TrainingConfiguration().differences(from: other)
    #expect(differences.count == 1)
    #expect(differences.first?.key == "dropout")
    #expect(differences.first?.own == "0.05")
    #expect(differences.first?.other == "0.25")
  }
}
